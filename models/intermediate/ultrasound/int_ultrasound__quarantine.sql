{{ standing_rejections(ref('int_ultrasound__rejections')) }}
